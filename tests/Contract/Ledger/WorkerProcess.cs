using System.Diagnostics;
using System.Globalization;

namespace GlobalGateway.Contract.Ledger;

/// <summary>A worker in a process of its own and what it said.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    public WorkerProcess(LedgerPlace place, string region, string budget, int entries)
    {
        _process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!,
            [typeof(WorkerProcess).Assembly.Location, LedgerWorker.Name, place.Kind, place.Address, region, budget, entries.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>The next entry it had acknowledged; null at its end.</summary>
    public async Task<(long Index, Guid Id)?> ReadAsync()
    {
        // A killed process may leave half a line.
        var parts = (await _process.StandardOutput.ReadLineAsync())?.Split(' ');
        return parts is [var index, { Length: 32 } id] ? (long.Parse(index, CultureInfo.InvariantCulture), Guid.Parse(id)) : null;
    }

    public async Task<List<(long Index, Guid Id)>> ReadAllAsync()
    {
        var all = new List<(long, Guid)>();
        while (await ReadAsync() is { } entry)
        {
            all.Add(entry);
        }

        await _process.WaitForExitAsync();
        return all;
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
