// Brings libgit2 in when it is first needed. With what it needs itself it is a dozen libraries, and finding and
// binding them takes a third of the time in which a command that clones nothing is done.

/// Loads libgit2 and binds every function of it that is called here; any thread, once.
/// Returns what is wrong, in the words of the dynamic linker and until the next call, or NULL.
const char *cgit2_load(void);
