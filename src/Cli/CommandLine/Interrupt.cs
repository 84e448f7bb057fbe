using System.Runtime.InteropServices;

namespace GlobalGateway.Cli.CommandLine;

/// <summary>Turns Ctrl+C, SIGTERM and a closed terminal into one cancellation; asked a second time, the program ends at once.</summary>
internal sealed class Interrupt : IDisposable
{
    private const int InterruptedExitCode = 130;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupt()
    {
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested)
        {
            // Processes of an attached fleet end with this one.
            Environment.Exit(InterruptedExitCode);
        }

        _source.Cancel();
    }
}
