using System.Runtime.InteropServices;

namespace DevOps.Shell.Execution;

/// <summary>
/// Turns signals into stopped pipelines, so that cmdlets end what they have begun. A second one, while the first is
/// being obeyed, ends the process at once.
/// </summary>
internal sealed class SignalHandler : IDisposable
{
    private readonly ShellSession _session;
    private readonly List<PosixSignalRegistration> _registrations;
    private bool _isEnding;

    /// <summary>Listens from now on.</summary>
    /// <param name="session">Whom the signals concern.</param>
    public SignalHandler(ShellSession session)
    {
        _session = session;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, ExitCode.Terminated)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => End(context, ExitCode.HungUp)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Interrupt(PosixSignalContext context)
    {
        if (_session.IsInteractive)
        {
            // Whether or not something runs, the session goes on.
            context.Cancel = true;
            _session.Interrupt();
            return;
        }

        context.Cancel = !_isEnding && _session.Interrupt();
        _isEnding = true;
    }

    private void End(PosixSignalContext context, int exitCode)
    {
        context.Cancel = !_isEnding && _session.End(exitCode);
        _isEnding = true;
    }
}
