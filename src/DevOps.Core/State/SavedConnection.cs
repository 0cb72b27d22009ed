namespace DevOps.Core.State;

/// <summary>A connection as it is kept: with its token.</summary>
/// <param name="Name">The name under which it was saved.</param>
/// <param name="ApiUri">The API's base address.</param>
/// <param name="Token">The bearer token. It is never shown, logged or written anywhere else.</param>
/// <param name="Account">The account's e-mail address when the connection was verified.</param>
/// <param name="DropletLimit">How many droplets the account may have.</param>
public sealed record SavedConnection(string Name, Uri ApiUri, string Token, string Account, int DropletLimit)
{
    /// <summary>Names the connection, without its token.</summary>
    /// <returns>The name and the API address.</returns>
    public override string ToString() => $"{Name} ({ApiUri})";
}
