# What an application wrote, one JSON object a line with the time and the message.
# Arguments: APP LINES [follow]
app=$1 lines=$2 follow=${3:-}
exec journalctl --no-pager --output json --output-fields MESSAGE,__REALTIME_TIMESTAMP --lines "$lines" ${follow:+--follow} --unit "$app.service"
