using System.Text;

namespace DevOps.Core.Flags.Evaluation;

/// <summary>A flag's name, and its bytes, which each evaluation of a roll-out hashes.</summary>
internal sealed class FlagName(string text)
{
    public string Text { get; } = text;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(text);
}
