using DevOps.Core.Operations;

namespace DevOps.Server.Tests.Hosting;

/// <summary>Listens to nobody.</summary>
internal sealed class Quiet : IProgress<OperationMessage>
{
    public void Report(OperationMessage value)
    {
    }
}
