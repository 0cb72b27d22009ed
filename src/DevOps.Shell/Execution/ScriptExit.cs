using System.Management.Automation.Runspaces;
using System.Reflection;

namespace DevOps.Shell.Execution;

/// <summary>
/// Lets the <c>exit</c> of a script file reach the host. To the engine such an <c>exit</c> ends the script and no more;
/// that the next script is the whole session's, its own console host says through a property that is not public, and
/// there is no other way that tells <c>exit 3</c> from a script whose last program returned 3.
/// </summary>
internal static class ScriptExit
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Hands the exit code of the next script that runs to the host.</summary>
    /// <param name="runspace">Where it will run, open.</param>
    /// <exception cref="MissingMemberException">The engine is another than the one this shell is built for.</exception>
    public static void HandToHost(Runspace runspace)
    {
        var context = typeof(Runspace).GetProperty("ExecutionContext", Any)?.GetValue(runspace)
            ?? throw new MissingMemberException(nameof(Runspace), "ExecutionContext");
        var flag = context.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Any)
            ?? throw new MissingMemberException(context.GetType().Name, "ScriptCommandProcessorShouldRethrowExit");
        flag.SetValue(context, true);
    }
}
