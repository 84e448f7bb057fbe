using System.Diagnostics;
using System.Globalization;
using System.Text;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Etcd;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.Testing.Etcd;
using Microsoft.Extensions.Logging.Abstractions;

namespace GlobalGateway.Contract.ConfigStore;

/// <summary>A candidate in a process of its own that, while it leads, writes without a pause; it says when its terms begin and end.</summary>
internal sealed class ElectionWorker : IDisposable
{
    public const string Name = "election-worker";

    public static readonly FleetKeys Keys = new("test");

    public static readonly LeadershipTimes Times = new()
    {
        Lease = TimeSpan.FromSeconds(2), KeepEvery = TimeSpan.FromMilliseconds(300), HeartbeatEvery = TimeSpan.FromMilliseconds(500),
    };

    private readonly Process _process;

    public ElectionWorker(string name, IReadOnlyList<string> endpoints) => _process = Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, [typeof(ElectionWorker).Assembly.Location, Name, name, .. endpoints]) { RedirectStandardOutput = true })!;

    /// <summary>What it says next: <c>leads</c> or <c>ended</c>.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancel) => await _process.StandardOutput.ReadLineAsync(cancel);

    public void Signal(string signal) => EtcdTools.Signal(signal, _process.Id);

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    /// <param name="arguments">Its name, the members' URLs.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        await using var store = EtcdClients.Open(new EtcdOptions { Endpoints = arguments[1..] });
        using var mirror = new StoreMirror(store, Keys);
        using var election = new LeaderElection(
            store, Keys, mirror, new PlaneIdentity(arguments[0], ""), Times, [new Writing(arguments[0])], TimeProvider.System, NullLogger<LeaderElection>.Instance);
        await mirror.StartAsync(CancellationToken.None);
        await election.StartAsync(CancellationToken.None);
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }

    private sealed class Writing(string name) : ILeaderDuty
    {
        public async Task RunAsync(ILeadership term)
        {
            Say("leads");
            try
            {
                for (var number = 0; ; number++)
                {
                    var text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name} {number}"));
                    await term.CommitAsync([], [new StoreWrite.Put(Keys.State + "written", text)], term.Ended);
                }
            }
            finally
            {
                Say("ended");
            }
        }

        private static void Say(string what)
        {
            Console.WriteLine(what);
            Console.Out.Flush();
        }
    }
}
