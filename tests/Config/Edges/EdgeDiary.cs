using System.Diagnostics;
using System.Text.Json;

namespace GlobalGateway.Config.Edges;

/// <summary>What one edge itself said at each look, and when the test took its process away; times are time stamps.</summary>
internal sealed class EdgeDiary
{
    private readonly List<EdgeLook> _looks = [];
    private readonly List<Absence> _absences = [];

    public required string Edge { get; init; }

    public IReadOnlyList<EdgeLook> Looks => _looks;

    /// <summary>Where the edge's process was ended or put to sleep.</summary>
    public IReadOnlyList<Absence> Absences => _absences;

    /// <summary>In the order of time.</summary>
    public void Add(EdgeLook look) => _looks.Add(look);

    public void Add(Absence absence) => _absences.Add(absence);

    /// <summary>Looks until cancelled, some fifty times a second.</summary>
    public async Task KeepAsync(EdgeFleet fleet, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        while (!stop.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            try
            {
                using var status = JsonDocument.Parse(await http.GetStringAsync(fleet.Status(Edge), CancellationToken.None));
                var root = status.RootElement;
                Add(new EdgeLook(
                    asked, Stopwatch.GetTimestamp(), root.GetProperty("revision").GetString(), root.GetProperty("sequence").GetInt64(), root.GetProperty("controlPlane").GetString() is not null));
            }
            catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
            {
                // Its process is ended or asleep; the absences say when.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    public async Task AwayAsync(AbsenceKind kind, Func<Task> leave, TimeSpan time, Func<Task> comeBack)
    {
        var from = Stopwatch.GetTimestamp();
        await leave();
        var gone = Stopwatch.GetTimestamp();
        await Task.Delay(time);
        var until = Stopwatch.GetTimestamp();
        await comeBack();
        Add(new Absence(kind, from, gone, until, Stopwatch.GetTimestamp()));
    }
}

/// <param name="Following">Whether it heard a control plane then.</param>
internal sealed record EdgeLook(long Asked, long Came, string? Revision, long Sequence, bool Following);

internal enum AbsenceKind
{
    Dead,
    Asleep,
}

/// <param name="From">It was still there.</param>
/// <param name="Gone">It was gone.</param>
/// <param name="Until">It was still gone.</param>
/// <param name="Back">It was back, or began to start.</param>
internal sealed record Absence(AbsenceKind Kind, long From, long Gone, long Until, long Back);

/// <summary>One answer of <c>GET /api/v1/edges</c> about one edge.</summary>
internal sealed record EdgeShown(long Asked, long Came, bool Connected, string State, string? Revision, long Sequence, TimeSpan Age);
