using Xunit.Sdk;
using Xunit.v3;

namespace DevOps.EndToEnd.Tests;

/// <summary>Runs the tests of a class in the order in which they stand in the file: they tell one story, from start to stop.</summary>
public sealed class DeclarationOrder : ITestMethodOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<TTestMethod?> OrderTestMethods<TTestMethod>(IReadOnlyCollection<TTestMethod?> testMethods)
        where TTestMethod : notnull, ITestMethod =>
        [.. testMethods.OrderBy(method => (method as IXunitTestMethod)?.Method.MetadataToken ?? int.MaxValue)];
}
