# Tells how the node stands, a fact a line.
echo "server=$(server_of_node)"
if [ -e "$held" ]; then echo held=yes; else echo held=no; fi
if holds_data; then echo data=yes; else echo data=no; fi
if systemctl is-active --quiet "$unit"; then echo active=yes; else echo active=no; fi
if [ -f "$role" ]; then
    master=$(sed -n 's/^replicaof \([^ ]*\) .*/\1/p' "$role")
    echo "copies=$master"
fi
