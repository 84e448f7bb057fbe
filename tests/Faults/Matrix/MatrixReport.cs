using System.Collections.Concurrent;
using System.Globalization;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Oracle;

namespace GlobalGateway.Faults.Matrix;

/// <summary>Counts the requests that met each fault at each position, and how they came out.</summary>
public sealed class MatrixReport(ClientApi api)
{
    private readonly ConcurrentDictionary<(string Fault, string Position, bool Stream), int[]> _counts = new();

    private readonly ConcurrentQueue<string> _failures = new();

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Faults and positions that too few requests met.</summary>
    public IEnumerable<string> Below(int least) => _counts
        .Where(group => group.Value[0] < least)
        .Select(group => $"{api}{(group.Key.Stream ? " stream" : "")}, {group.Key.Fault}, {group.Key.Position}: {group.Value[0]}");

    public void Met(FaultCase met, bool stream, int requests) => Interlocked.Add(ref Of(met, stream)[0], requests);

    public void Judged(FaultCase met, bool stream, Judgement judgement) => Interlocked.Increment(ref Of(met, stream)[1 + (int)judgement.Verdict]);

    public void Fail(string why) => _failures.Enqueue(why);

    /// <summary>One line per fault; of each position the requests that met it, and how many of them broke off.</summary>
    public void Print()
    {
        foreach (var stream in new[] { true, false })
        {
            var groups = _counts.Where(group => group.Key.Stream == stream).ToList();
            if (groups.Count == 0)
            {
                continue;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {api}, {(stream ? "stream" : "not streaming")}: {groups.Sum(static group => group.Value[0])} requests met a fault, {groups.Sum(static group => group.Value[2])} broke off with an error, {groups.Sum(static group => group.Value[3])} wrong"));
            foreach (var fault in groups.GroupBy(static group => group.Key.Fault).OrderBy(static fault => fault.Key, StringComparer.Ordinal))
            {
                Console.WriteLine($"    {fault.Key,-26} {string.Join(", ", fault.OrderBy(static group => Place(group.Key.Position)).Select(static group =>
                    $"{group.Key.Position} {group.Value[0]}{(group.Value[2] > 0 ? $" ({group.Value[2]} broke off)" : "")}"))}");
            }
        }
    }

    private int[] Of(FaultCase met, bool stream) => _counts.GetOrAdd((met.Fault, met.Position, stream), static _ => new int[4]);

    // Alphabetical but for the order of an answer.
    private static string Place(string position) => position switch
    {
        "before headers" => "0",
        "after headers" => "1",
        _ when position.StartsWith("after held", StringComparison.Ordinal) => "2" + position,
        "after the first token" => "3",
        "mid text" => "4",
        "mid tool call" => "5",
        "mid second tool call" => "6",
        "before the terminator" => "7",
        _ => "8" + position,
    };
}
