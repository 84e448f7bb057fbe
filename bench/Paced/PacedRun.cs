using System.Diagnostics;
using System.Globalization;
using GlobalGateway.Bench.Load;
using GlobalGateway.Bench.Measuring;
using GlobalGateway.Bench.Targets;
using GlobalGateway.Bench.Upstream;

namespace GlobalGateway.Bench.Paced;

/// <summary>
/// Streams at a model's pace, straight from the upstream and through proxies: what a proxy adds to the first token and to every
/// token, and whether it holds many streams without missing one.
/// </summary>
internal static class PacedRun
{
    private static readonly int[] StreamCounts = [32, 512];
    private static readonly TimeSpan StreamLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly string Body =
        $$$"""{"model":"bench","messages":[{"role":"user","content":"Say words {{{FixedUpstream.AtAPace}}}."}],"stream":true,"stream_options":{"include_usage":true}}""";

    public static async Task<IReadOnlyList<PacedMeasurement>> RunAsync(BenchTarget upstream, BenchTarget yarp, BenchTarget edge, double seconds)
    {
        var results = new List<PacedMeasurement>();
        foreach (var streams in StreamCounts)
        {
            Console.WriteLine($"holding {streams} streams of {PacedAnswer.TokensPerSecond} tokens/s …");
            foreach (var target in (BenchTarget[])[upstream, yarp, edge])
            {
                // What is measured is code that has been compiled for good.
                await MeasureAsync(target, upstream, streams, WarmUp);
                results.Add(await MeasureAsync(target, upstream, streams, TimeSpan.FromSeconds(seconds)));
            }
        }

        Write(results);
        return results;
    }

    private static async Task<PacedMeasurement> MeasureAsync(BenchTarget target, BenchTarget upstream, int streams, TimeSpan time)
    {
        var path = target == upstream ? "/openai/v1/chat/completions" : "/v1/chat/completions";
        var request = GeneratorRequest.Post(target.Port, path, Body);
        var readers = Enumerable.Range(0, streams).Select(_ => new PacedReader(target.Port, request)).ToArray();
        using var limit = new CancellationTokenSource(time + StreamLimit);
        var pid = target.Process.Identity.Pid;
        var (before, started) = (ProcessCost.Of(pid), Stopwatch.GetTimestamp());
        var until = started + (long)(time.TotalSeconds * Stopwatch.Frequency);
        // Begun one after the other over one answer's time, as clients do, and not all in one instant.
        var spread = TimeSpan.FromSeconds((double)PacedAnswer.Tokens / PacedAnswer.TokensPerSecond / streams);
        await Task.WhenAll(readers.Select((reader, n) => Task.Run(() => reader.RunAsync(spread * n, until, limit.Token))));
        var result = new PacedMeasurement(target.Name, streams);
        foreach (var reader in readers)
        {
            result.Add(reader);
        }

        result.Cores = target == upstream ? 0 : (ProcessCost.Of(pid).Cpu - before.Cpu) / Stopwatch.GetElapsedTime(started);
        return result;
    }

    private static void Write(IReadOnlyList<PacedMeasurement> results)
    {
        Console.WriteLine();
        Console.WriteLine($"{"streams",-9}{"target",-10}{"1st token p50",14}{"p99 ms",8}{"each token p50",16}{"p99 ms",8}{"tokens",9}{"missed",8}{"cores",7}");
        foreach (var result in results)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{result.Streams,-9}{result.Target,-10}{result.FirstTokenMs(0.5),14:0.00}{result.FirstTokenMs(0.99),8:0.00}{result.TokenDelayMs(0.5),16:0.00}{result.TokenDelayMs(0.99),8:0.00}{result.Tokens,9}{result.Missed,8}{result.Cores,7:0.00}"));
        }

        Console.WriteLine();
        foreach (var group in results.GroupBy(result => result.Streams))
        {
            var direct = group.First();
            foreach (var target in group.Skip(1))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {target.Target} adds at {group.Key} streams: {target.FirstTokenMs(0.99) - direct.FirstTokenMs(0.99):0.00} ms to the first token's p99, {target.TokenDelayMs(0.99) - direct.TokenDelayMs(0.99):0.00} ms to every token's"));
            }
        }
    }
}
