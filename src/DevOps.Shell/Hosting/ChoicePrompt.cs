using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation.Host;

namespace DevOps.Shell.Hosting;

/// <summary>A question with a few possible answers, such as a confirmation.</summary>
internal sealed class ChoicePrompt
{
    private readonly ShellUserInterface _ui;
    private readonly Collection<ChoiceDescription> _choices;
    private readonly (string Key, string Label)[] _labels;
    private readonly int[] _defaults;

    /// <summary>Makes the question; asks nothing.</summary>
    /// <param name="ui">Whom to ask.</param>
    /// <param name="choices">The answers; an ampersand stands before the letter that chooses one.</param>
    /// <param name="defaults">The answers that Enter alone gives.</param>
    public ChoicePrompt(ShellUserInterface ui, Collection<ChoiceDescription> choices, int[] defaults)
    {
        if (choices.Count == 0) throw new ArgumentException("There must be at least one choice.", nameof(choices));
        if (Array.Exists(defaults, index => index < 0 || index >= choices.Count))
        {
            throw new ArgumentException("A default must be one of the choices.", nameof(defaults));
        }

        _ui = ui;
        _choices = choices;
        _labels = [.. choices.Select(Split)];
        _defaults = defaults;
    }

    /// <summary>Asks until one answer is given.</summary>
    /// <returns>The answer's index.</returns>
    public int AskForOne()
    {
        while (true)
        {
            WriteChoices(separator: "  ");
            var answer = Read(_defaults.Length == 0 ? ": " : $"(default is \"{KeyOf(_defaults[0])}\"): ");
            if (answer.Length == 0 && _defaults.Length > 0) return _defaults[0];
            if (answer == "?") WriteHelp();
            else if (Find(answer) is var index && index >= 0) return index;
        }
    }

    /// <summary>Asks for any number of answers, each on its line; an empty line ends.</summary>
    /// <returns>The answers' indexes.</returns>
    public Collection<int> AskForSome()
    {
        WriteChoices(separator: "\n");
        _ui.WriteLine(_defaults.Length switch
        {
            0 => string.Empty,
            1 => $"(default is \"{KeyOf(_defaults[0])}\")",
            _ => $"(default choices are {string.Join(',', _defaults.Select(KeyOf))})",
        });
        var result = new Collection<int>();
        while (true)
        {
            var answer = Read(string.Create(CultureInfo.InvariantCulture, $"Choice[{result.Count}]: "));
            if (answer.Length == 0) return result.Count == 0 ? [.. _defaults] : result;
            if (answer == "?") WriteHelp();
            else if (Find(answer) is var index && index >= 0) result.Add(index);
        }
    }

    private string Read(string question) => (_ui.ReadAnswer(question, mask: null) ?? throw ShellUserInterface.EndOfInput(string.Join(", ", _labels.Select(label => label.Label)))).Trim();

    private void WriteChoices(string separator)
    {
        for (var index = 0; index < _labels.Length; index++)
        {
            var color = _defaults.Contains(index) ? ConsoleColor.Yellow : ConsoleColor.White;
            _ui.Write(color, AnsiColors.Unset, $"[{_labels[index].Key}] {_labels[index].Label}");
            _ui.Write(separator);
        }

        _ui.Write("[?] Help ");
    }

    private void WriteHelp()
    {
        for (var index = 0; index < _choices.Count; index++) _ui.WriteLine($"{KeyOf(index)} - {_choices[index].HelpMessage}");
    }

    private string KeyOf(int index) => _labels[index].Key.Length > 0 ? _labels[index].Key : _labels[index].Label;

    private int Find(string answer)
    {
        var byLabel = Array.FindIndex(_labels, label => label.Label.Equals(answer, StringComparison.CurrentCultureIgnoreCase));
        return byLabel >= 0
            ? byLabel
            : Array.FindIndex(_labels, label => label.Key.Length > 0 && label.Key.Equals(answer, StringComparison.CurrentCultureIgnoreCase));
    }

    private static (string Key, string Label) Split(ChoiceDescription choice)
    {
        var at = choice.Label.IndexOf('&', StringComparison.Ordinal);
        if (at < 0) return (string.Empty, choice.Label.Trim());
        var key = at + 1 < choice.Label.Length ? char.ToUpper(choice.Label[at + 1], CultureInfo.CurrentCulture).ToString() : string.Empty;
        return (key, choice.Label.Remove(at, 1).Trim());
    }
}
