namespace DevOps.Cmdlets.Common;

/// <summary>Who is at work, for records that say who had something done.</summary>
internal static class Operator
{
    /// <summary>The account and the machine, such as <c>root@control</c>.</summary>
    /// <returns>The name.</returns>
    public static string Name() => $"{Environment.UserName}@{Environment.MachineName}";
}
