import Entrypoint
import Glibc

exit(0)
