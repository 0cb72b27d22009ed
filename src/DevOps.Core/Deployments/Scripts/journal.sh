# The last lines that a unit wrote: since one run of it began when INVOCATION is given, else of all.
# Arguments: APP LINES INVOCATION
app=$1 lines=$2 invocation=$3
# What a process wrote just before it ended may still be on its way to the journal.
journalctl --sync
since=
if [ -n "$invocation" ]; then
    # Only systemd's own lines are sure to carry the run's id: those of a process that has ended already may have lost it.
    since=$(journalctl --quiet --no-pager --output short-unix "INVOCATION_ID=$invocation" | sed -n '1s/ .*//p')
fi
exec journalctl --no-pager --output cat --lines "$lines" --unit "$app.service" ${since:+--since "@$since"}
