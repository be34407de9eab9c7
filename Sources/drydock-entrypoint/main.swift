import Entrypoint
import Glibc

exit(EntrypointProgram.run(Array(CommandLine.arguments.dropFirst())))
