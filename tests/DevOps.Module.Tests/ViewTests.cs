using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;

namespace DevOps.Module.Tests;

public sealed class ViewTests(ImportedModule module)
{
    private const int MostColumns = 5;

    private static readonly XElement[] Views = [.. Checkout.Files("module/Formats", "*.ps1xml").SelectMany(file => XDocument.Load(file).Descendants("View"))];

    [Fact]
    public void Each_type_that_a_cmdlet_emits_has_a_table()
    {
        var viewed = Views.Where(view => view.Element("TableControl") is not null).SelectMany(TypeNames).ToHashSet(StringComparer.Ordinal);
        var missing = EmittedTypes().Where(type => !viewed.Contains(type.FullName!)).Select(type => $"{type.FullName} has no table view in module/Formats");

        Faults.AssertNone(missing);
    }

    [Fact]
    public void No_table_has_more_columns_than_a_console_shows() => Faults.AssertNone(Views
        .Where(view => view.Descendants("TableColumnItem").Count() > MostColumns || view.Descendants("TableColumnHeader").Count() > MostColumns)
        .Select(view => $"{view.Element("Name")!.Value} has more than {MostColumns} columns"));

    [Fact]
    public void Each_table_has_as_many_headers_as_columns() => Faults.AssertNone(Views
        .Where(view => view.Element("TableControl") is not null)
        .Where(view => view.Descendants("TableColumnHeader").Count() != view.Descendants("TableColumnItem").Count())
        .Select(view => view.Element("Name")!.Value));

    [Fact]
    public void Each_column_shows_a_property_that_exists()
    {
        var model = module.LoadedByImport.Concat(AppDomain.CurrentDomain.GetAssemblies()).First(assembly => assembly.GetName().Name == "DevOps.Model");
        var faults =
            from view in Views
            from name in TypeNames(view)
            let type = model.GetType(name)
            from property in view.Descendants("PropertyName").Select(element => element.Value)
            where type?.GetProperty(property) is null
            select type is null ? $"{name} is no type of DevOps.Model" : $"{name} has no property {property}";

        Faults.AssertNone(faults.Distinct(StringComparer.Ordinal));
    }

    private static IEnumerable<string> TypeNames(XElement view) => view.Elements("ViewSelectedBy").Descendants("TypeName").Select(element => element.Value);

    private IEnumerable<Type> EmittedTypes() => module.Cmdlets
        .SelectMany(cmdlet => cmdlet.ImplementingType.GetCustomAttributes<OutputTypeAttribute>())
        .SelectMany(output => output.Type)
        .Select(output => output.Type)
        .OfType<Type>()
        .Where(type => type.Assembly.GetName().Name == "DevOps.Model")
        .Distinct();
}
