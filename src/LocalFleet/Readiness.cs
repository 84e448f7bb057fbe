using System.Diagnostics;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Processes;

namespace GlobalGateway.LocalFleet;

/// <summary>Asks processes whether they can do their work until they can.</summary>
internal static class Readiness
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(25);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(1) })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    public static Task WaitAsync(IEnumerable<FleetProcess> processes, TimeSpan limit, CancellationToken cancellation) =>
        Task.WhenAll(processes.Select(process => WaitAsync(process, limit, cancellation)));

    private static async Task WaitAsync(FleetProcess process, TimeSpan limit, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var answer = "nothing";
        while (true)
        {
            if (process.HasExited)
            {
                throw new FleetException(process.DescribeEnd());
            }

            if (process.Plan.Ready.Scheme != Uri.UriSchemeHttp)
            {
                if (await ServerProbe.AnswersAsync(process.Plan.Ready, cancellation))
                {
                    return;
                }
            }
            else if (await AskAsync(process.Plan.Ready, cancellation) is { } status)
            {
                if (status is >= 200 and < 300)
                {
                    return;
                }

                answer = $"{status}";
            }

            if (watch.Elapsed > limit)
            {
                throw new FleetException(
                    $"{process.Plan.Name} is not ready after {limit.TotalSeconds:0} s: {process.Plan.Ready} answers {answer}. "
                    + $"Its last line: {LastLine.WithFile(process.Plan.LogFile)}");
            }

            await Task.Delay(AskEvery, cancellation);
        }
    }

    /// <returns>Null when it is not listening yet.</returns>
    private static async Task<int?> AskAsync(Uri ready, CancellationToken cancellation)
    {
        try
        {
            using var response = await Http.GetAsync(ready, cancellation);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
