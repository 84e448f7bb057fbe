using GlobalGateway.EdgeNode.Health;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Tells operators that the ledger or the journal fails: in the status while it does, in the log once per trouble.</summary>
public sealed partial class LedgerReport(QuotaHome home, TimeProvider clock, ILogger<LedgerReport> logger) : IDependencyReport
{
    /// <summary>A trouble that was not met again for so long is over: every part of the worker meets it each second.</summary>
    private static readonly TimeSpan OverAfter = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();

    // By part of the worker, of which there are a few.
    private readonly Dictionary<string, (string Why, long At)> _troubles = [];

    public string Name => "ledger";

    public string? WhyDegraded
    {
        get
        {
            lock (_gate)
            {
                return home.Quota.Problem ?? _troubles.Values.Where(IsPresent).OrderBy(trouble => trouble.At).LastOrDefault().Why;
            }
        }
    }

    /// <param name="what">Which part of the worker met it.</param>
    public void Observe(string what, Exception problem)
    {
        lock (_gate)
        {
            var known = _troubles.TryGetValue(what, out var trouble) && trouble.Why == problem.Message && IsPresent(trouble);
            _troubles[what] = (problem.Message, clock.GetTimestamp());
            if (known)
            {
                return;
            }
        }

        LogTrouble(what, problem.Message);
    }

    private bool IsPresent((string Why, long At) trouble) => clock.GetElapsedTime(trouble.At) < OverAfter;

    [LoggerMessage(Level = LogLevel.Warning, EventName = "ledger_trouble", Message = "{What} failed and is tried again: {Why}")]
    private partial void LogTrouble(string what, string why);
}
