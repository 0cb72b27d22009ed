namespace DevOps.Core.DigitalOcean;

/// <summary>Which addresses may be given a token.</summary>
internal static class ApiAddressRules
{
    /// <summary>The real cloud.</summary>
    public static readonly Uri DigitalOcean = new("https://api.digitalocean.com/");

    /// <summary>Brings an API address to the form that requests build on, and refuses one that could leak a token.</summary>
    /// <param name="address">The address, with or without the version at its end.</param>
    /// <returns>The address, ending with a slash, without <c>v2</c>.</returns>
    /// <exception cref="DevOpsException"><c>ApiAddressInvalid</c>.</exception>
    public static Uri Check(Uri address)
    {
        if (!address.IsAbsoluteUri) throw Invalid(address, "is not a full address");
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw Invalid(new Uri(address.GetLeftPart(UriPartial.Authority).Replace(address.UserInfo + "@", string.Empty, StringComparison.Ordinal)), "has more than a host and a path");
        }

        var isSafe = address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
        if (!isSafe) throw Invalid(address, "would send the token in the clear");
        var path = address.AbsolutePath.TrimEnd('/');
        if (path.EndsWith("/v2", StringComparison.Ordinal)) path = path[..^3];
        return new UriBuilder(address) { Path = path + "/" }.Uri;
    }

    /// <summary>Whether two addresses are of the same scheme, host and port.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    /// <returns>Whether a token for the one may go to the other.</returns>
    public static bool IsSameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static DevOpsException Invalid(Uri address, string why) => new(
        "ApiAddressInvalid",
        FailureKind.InvalidInput,
        $"'{address}' cannot be used as the API's address: it {why}.",
        "Give an https address such as https://api.digitalocean.com/; plain http is for this machine only.",
        address);
}
