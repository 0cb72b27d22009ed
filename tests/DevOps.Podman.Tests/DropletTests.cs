using System.Diagnostics;
using DevOps.Model;

namespace DevOps.Podman.Tests;

public sealed class DropletTests
{
    [Fact]
    public async Task A_droplet_is_a_Debian_host_with_the_host_key_and_the_name_it_was_given()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        // The connection itself is refused unless the host key is the one from the user data.
        var droplet = await cloud.CreateAsync("web-1");
        Assert.Equal("status: done", await cloud.RunAsync(droplet, "cloud-init status"));
        Assert.Equal("web-1", await cloud.RunAsync(droplet, "hostname"));
        Assert.Equal("systemd", await cloud.RunAsync(droplet, "cat /proc/1/comm"));
        Assert.Equal("running", await cloud.RunAsync(droplet, "systemctl is-system-running --wait"));
    }

    [Fact]
    public async Task A_unit_on_a_droplet_is_confined_as_it_asks_to_be()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        var droplet = await cloud.CreateAsync("web-1");
        Assert.Equal("refused", await cloud.RunAsync(droplet, "systemd-run --quiet --pipe --wait -p ProtectSystem=strict sh -c 'touch /etc/mark 2>/dev/null && echo written || echo refused'"));
    }

    [Fact]
    public async Task Droplets_reach_each_other_at_their_private_addresses_and_nothing_else_from_there()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        var one = await cloud.CreateAsync("web-1");
        var other = await cloud.CreateAsync("web-2");
        Assert.StartsWith("SSH-2.0-", await cloud.RunAsync(one, $"bash -c 'read -r line </dev/tcp/{other.PrivateAddress}/22; echo \"$line\"'"), StringComparison.Ordinal);
        Assert.Equal("eth0", await cloud.RunAsync(one, "ip -4 route show default | cut -d' ' -f5"));
    }

    [Fact]
    public async Task A_killed_droplet_is_off_and_keeps_its_files_for_the_next_power_on()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        var droplet = await cloud.CreateAsync("web-1");
        await cloud.RunAsync(droplet, "echo kept > /root/mark && sync");
        await PodmanCloud.PodmanAsync("kill", await cloud.ContainerOfAsync(droplet));
        await cloud.WaitForStatusAsync(droplet, DropletStatus.Off);
        droplet = await cloud.PowerOnAsync(droplet);
        Assert.Equal("kept", await cloud.RunAsync(droplet, "cat /root/mark"));
    }

    [Fact]
    public async Task Droplets_go_on_while_the_clouds_process_is_killed_and_are_found_again()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        var droplet = await cloud.CreateAsync("web-1");
        var boot = await cloud.RunAsync(droplet, "stat -c %Y /proc/1");
        using (var process = Process.GetProcessById((await cloud.StartServiceAsync()).ProcessId!.Value)) process.Kill();
        Assert.Equal(boot, await cloud.RunAsync(droplet, "stat -c %Y /proc/1"));
        Assert.Equal(1, (await cloud.StartServiceAsync()).Droplets);
        await cloud.WaitForStatusAsync(droplet, DropletStatus.Active);
        Assert.Equal(boot, await cloud.RunAsync(droplet, "stat -c %Y /proc/1"));
    }
}
