using DevOps.HelpGenerator;

if (args is not [var assembly, var aboutFolder, var helpFolder, var markdownFolder])
{
    Console.Error.WriteLine("usage: DevOps.HelpGenerator CMDLETS.dll ABOUT-FOLDER HELP-FOLDER MARKDOWN-FOLDER");
    return 2;
}

var documentation = new XmlDocumentation(Path.ChangeExtension(assembly, ".xml"), Path.Combine(Path.GetDirectoryName(assembly)!, "DevOps.Model.xml"));
var commands = CommandReader.Read(assembly, documentation);
var faults = HelpRules.Check(commands);
foreach (var fault in faults)
{
    // MSBuild's own form of an error, so that the build shows it as one.
    Console.Error.WriteLine($"{Path.GetFileName(assembly)} : error HELP001: {fault}");
}

if (faults.Count > 0) return 1;

var help = new OutputFolder(helpFolder);
help.Write("DevOps.Cmdlets.dll-Help.xml", MamlWriter.Write(commands));
foreach (var about in Directory.EnumerateFiles(aboutFolder, "*.help.txt")) help.Write(Path.GetFileName(about), File.ReadAllText(about));
help.DeleteOthers();

var markdown = new OutputFolder(markdownFolder);
markdown.Write("README.md", MarkdownWriter.WriteIndex(commands));
foreach (var command in commands) markdown.Write(command.Name + ".md", MarkdownWriter.Write(command));
markdown.DeleteOthers();
return 0;
