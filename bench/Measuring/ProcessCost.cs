using System.Globalization;

namespace GlobalGateway.Bench.Measuring;

/// <summary>What a process and its children have used so far, from <c>/proc</c>.</summary>
internal readonly record struct ProcessCost(TimeSpan Cpu, double RssMiB)
{
    // USER_HZ of every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static ProcessCost Of(int pid)
    {
        var (cpu, rss) = (TimeSpan.Zero, 0.0);
        foreach (var one in Children(pid).Append(pid))
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{one}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                cpu += TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
                var line = File.ReadLines($"/proc/{one}/status").FirstOrDefault(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
                rss += line is null ? 0 : Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;
            }
            catch (IOException)
            {
                // A worker that has just ended.
            }
        }

        return new ProcessCost(cpu, rss);
    }

    private static IEnumerable<int> Children(int pid)
    {
        var file = $"/proc/{pid}/task/{pid}/children";
        return File.Exists(file) ? File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => (int)Number(text)) : [];
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
