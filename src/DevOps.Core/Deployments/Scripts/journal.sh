# The last lines that a unit wrote: of one run of it when INVOCATION is given, else of all.
# Arguments: APP LINES INVOCATION
app=$1 lines=$2 invocation=$3
if [ -n "$invocation" ]; then
    exec journalctl --no-pager --output cat --lines "$lines" "_SYSTEMD_INVOCATION_ID=$invocation" + "INVOCATION_ID=$invocation"
fi
exec journalctl --no-pager --output cat --lines "$lines" --unit "$app.service"
