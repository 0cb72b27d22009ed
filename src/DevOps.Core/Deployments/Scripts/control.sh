# Starts, stops or restarts an application as it is.
# Arguments: APP start|stop|restart
# Prints the InvocationID of what was started.
app=$1 verb=$2
[ -L "/opt/devops/$app/current" ] || fail ApplicationNotDeployed "No release of '$app' was deployed to the host yet."
systemctl reset-failed "$app.service" 2>/dev/null || true
# A start that fails is told by the health facts, with its reason; a stop that fails is told here.
if [ "$verb" = stop ]; then
    systemctl stop "$app.service"
else
    systemctl "$verb" "$app.service" 2>/dev/null || true
fi
systemctl show --property InvocationID --value "$app.service"
