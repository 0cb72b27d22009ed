# Runs a build: supervise.sh PROGRAM ARGUMENT...
# Standard input is a pipe that whoever started this holds open. Should that process die, however it dies, the pipe ends
# and the whole process group goes with it. The build itself gets nothing to read.
exec 3<&0 </dev/null
{
    cat <&3
    kill -KILL 0
} >/dev/null 2>&1 &
exec 3<&-
"$@"
