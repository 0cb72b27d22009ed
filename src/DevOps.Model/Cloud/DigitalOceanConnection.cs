namespace DevOps.Model;

/// <summary>A saved way to reach an account: an API address and, kept apart and never shown, its token.</summary>
/// <param name="Name">The name under which it was saved.</param>
/// <param name="ApiUri">The API's base address, <c>https://api.digitalocean.com/</c> for the real cloud.</param>
/// <param name="Account">The account's e-mail address when the connection was verified.</param>
/// <param name="DropletLimit">How many droplets the account may have.</param>
/// <param name="IsSelected">Whether cloud cmdlets use it when no <c>-Connection</c> is given.</param>
public sealed record DigitalOceanConnection(string Name, Uri ApiUri, string Account, int DropletLimit, bool IsSelected);
