# Tells how the node stands, a fact a line.
echo "server=$(server_of_node)"
if [ -e "$FLAGS_HELD" ]; then echo held=yes; else echo held=no; fi
if holds_data; then echo data=yes; else echo data=no; fi
if systemctl is-active --quiet "$FLAGS_UNIT"; then echo active=yes; else echo active=no; fi
if [ -f "$FLAGS_ROLE" ]; then
    master=$(sed -n 's/^replicaof \([^ ]*\) .*/\1/p' "$FLAGS_ROLE")
    echo "copies=$master"
fi
