# Tells what the host is: its architecture, whether its C library is the GNU one, the .NET host that has what the service
# needs, and the programs that are there. A line each, such as "architecture x86_64".
echo "architecture $(uname -m)"
if [ -e /lib64/ld-linux-x86-64.so.2 ] || [ -e /lib/ld-linux-aarch64.so.1 ]; then echo "libc gnu"; fi
for root in /usr/share/dotnet /usr/lib/dotnet /opt/dotnet; do
    for runtime in "$root"/shared/Microsoft.AspNetCore.App/10.*; do
        if [ -d "$runtime" ] && [ -x "$root/dotnet" ]; then echo "dotnet $root/dotnet"; break 2; fi
    done
done
for program in "$SERVICE_PROGRAMS"/*/complete; do
    if [ -e "$program" ]; then echo "program $(basename "$(dirname "$program")")"; fi
done
