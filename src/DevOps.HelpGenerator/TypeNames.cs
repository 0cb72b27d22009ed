using System.Management.Automation;

namespace DevOps.HelpGenerator;

/// <summary>How PowerShell users write types.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Accelerators = new()
    {
        [typeof(string)] = "string",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(bool)] = "bool",
        [typeof(object)] = "object",
        [typeof(DateTime)] = "datetime",
        [typeof(TimeSpan)] = "timespan",
        [typeof(Uri)] = "uri",
        [typeof(System.Security.SecureString)] = "securestring",
        [typeof(PSCredential)] = "pscredential",
        [typeof(ScriptBlock)] = "scriptblock",
        [typeof(SwitchParameter)] = "switch",
        [typeof(System.Collections.Hashtable)] = "hashtable",
    };

    /// <summary>The short name, as in a syntax line.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The name.</returns>
    public static string Short(Type type)
    {
        if (type.IsArray) return Short(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Short(underlying);
        return Accelerators.GetValueOrDefault(type) ?? type.Name;
    }

    /// <summary>The full name, without what a nullable value type adds.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The name.</returns>
    public static string Full(Type type) => (Nullable.GetUnderlyingType(type) ?? type).FullName ?? type.Name;
}
