using System.Security.Cryptography;
using System.Text;

namespace DevOps.Core.Flags.Servers;

/// <summary>The accounts that an installation makes, and what each may do.</summary>
internal static class FlagServerAccounts
{
    private const int PasswordBytes = 32;

    // All of CLIENT would let a reader pause the server or end the connections of others.
    private const string OwnConnection = "+hello +auth +ping +echo +select +reset +quit +client|setname +client|getname +client|id +client|info";

    // Nobody can log in as the default user, who is off and has no password. But Redis reads its own file of changes in his name, and what he
    // may not do in a transaction, as each change of a flag is one, would be left out: a node that restarts would lose it.
    private const string DefaultUser = "user default off resetpass ~* &* +@all\n";

    private const string Messages = "+subscribe +psubscribe +unsubscribe +punsubscribe";

    /// <summary>Makes a password for each account that has none.</summary>
    /// <param name="known">The passwords that were made before: they stay.</param>
    /// <returns>All passwords.</returns>
    public static IReadOnlyDictionary<FlagServerUser, string> Complete(IReadOnlyDictionary<FlagServerUser, string> known) => Enum.GetValues<FlagServerUser>().ToDictionary(
        user => user,
        // Hexadecimal: it needs no quoting in Redis' configuration file.
        user => known.TryGetValue(user, out var password) ? password : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes)));

    /// <summary>The name of an account on the server.</summary>
    /// <param name="user">The account.</param>
    /// <returns>Such as <c>writer</c>.</returns>
    public static string NameOf(FlagServerUser user) => user.ToString().ToLowerInvariant();

    /// <summary>Writes the file of accounts, with hashes in place of the passwords.</summary>
    /// <param name="passwords">The passwords.</param>
    /// <returns>The file's text.</returns>
    public static string File(IReadOnlyDictionary<FlagServerUser, string> passwords)
    {
        var text = new StringBuilder(DefaultUser);
        foreach (var user in Enum.GetValues<FlagServerUser>())
        {
            text.Append("user ").Append(NameOf(user)).Append(" on #").Append(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(passwords[user]))))
                .Append(' ').Append(Rights(user)).Append('\n');
        }

        return text.ToString();
    }

    private static string Rights(FlagServerUser user) => user switch
    {
        FlagServerUser.Operator => "~* &* +@all",
        // Everything that changes data, one key at a time: what empties a server or turns it around is for the operator.
        FlagServerUser.Writer => $"~* &* +@all -@admin -@dangerous +info +role +wait {OwnConnection}",
        FlagServerUser.Reader => $"resetchannels &ff:changes &__keyevent@0__:set %R~* -@all +get +mget +exists +type +hget +hmget +hgetall +hlen +xlen +xrange +xrevrange +scan +hscan +multi +exec +discard +info +role {Messages} {OwnConnection}",
        FlagServerUser.Replication => "resetkeys resetchannels -@all +psync +replconf +ping",
        _ => throw new ArgumentOutOfRangeException(nameof(user), user, message: null),
    };
}
