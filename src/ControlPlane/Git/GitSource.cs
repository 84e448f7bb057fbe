using System.Text;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Sources;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Git;

/// <summary>Takes the newest commit of a branch whenever it is another: looked for as often as the operator says, and at once when a webhook or a person asks.</summary>
public sealed partial class GitSource(GitOptions options, GitMirror repository, SourceDesk desk, StoreMirror mirror, FleetKeys keys, TimeProvider clock, ILogger<GitSource> log)
    : ILeaderDuty
{
    /// <summary>However often it is asked for, a look is not taken more often.</summary>
    public static readonly TimeSpan LookEveryMin = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ILeadership term)
    {
        string? taken = null;
        while (!term.Ended.IsCancellationRequested)
        {
            var asked = Asked(mirror.Current);
            var started = clock.GetTimestamp();
            try
            {
                taken = await LookAsync(term, taken, term.Ended);
            }
            catch (Exception problem) when (problem is GitException or IOException or StoreException)
            {
                // The repository or the store is away for now: edges serve on, and the next look tries again.
                NotRead(problem.Message);
                if (problem is not StoreException)
                {
                    await UnreachableAsync(term, problem.Message);
                }
            }

            await WaitAsync(asked, started, term.Ended);
        }
    }

    /// <returns>The commit that is done with.</returns>
    private async Task<string?> LookAsync(ILeadership term, string? taken, CancellationToken cancel)
    {
        var commit = await repository.FetchAsync(cancel);
        var approved = mirror.Current.Find(keys.SourceApproval) is { } approval && Encoding.ASCII.GetString(approval.Value) == commit.Hash;
        if (commit.Hash == taken && !approved)
        {
            return taken;
        }

        var before = SourceRecord.Read(mirror.Current, keys);
        if (before is { Commit: { } known, Standing: SourceStanding.Valid or SourceStanding.Invalid or SourceStanding.Refused } && known == commit.Hash && before.From == options.ToString())
        {
            // A new leader need not say again what is already written down.
            return commit.Hash;
        }

        var origin = new RevisionOrigin("git", commit.Hash, commit.Author, commit.Subject);
        var accepted = before is { Source: "git" } ? before.Accepted : null;
        if (options.AllowedSignersFile is not null && await WhyNotSignedAsync(commit, cancel) is { } unsigned)
        {
            await desk.WriteAsync(term, Record(origin, SourceStanding.Refused, unsigned, accepted), cancel);
            return commit.Hash;
        }

        if (accepted is not null && !approved && !await repository.IsForwardAsync(accepted, commit, cancel))
        {
            var why = $"commit {commit.Hash[..7]} does not build on {accepted[..7]}: history was rewritten. Look at it, then let it through with \"gg source approve {commit.Hash}\"";
            NotForward(commit.Hash, accepted);
            await desk.WriteAsync(term, Record(origin, SourceStanding.AwaitsApproval, why, accepted), cancel);
            return null;
        }

        using var tree = await repository.TreeAsync(commit, cancel);
        Taking(commit.Hash, commit.Subject);
        await desk.TakeAsync(term, ResourceLoader.Load(tree, options.Path), origin, options.ToString(), default, cancel);
        return commit.Hash;
    }

    private async Task<string?> WhyNotSignedAsync(GitCommit commit, CancellationToken cancel)
    {
        try
        {
            await repository.VerifySignatureAsync(commit, cancel);
            return null;
        }
        catch (GitException problem)
        {
            return problem.Message;
        }
    }

    private async Task UnreachableAsync(ILeadership term, string why)
    {
        try
        {
            var before = SourceRecord.Read(mirror.Current, keys);
            await desk.WriteAsync(term, Record(new RevisionOrigin("git", before?.Commit, before?.Author, before?.Message), SourceStanding.Unreachable, why, before?.Accepted), term.Ended);
        }
        catch (StoreException problem)
        {
            NotRead(problem.Message);
        }
    }

    private SourceRecord Record(RevisionOrigin origin, SourceStanding standing, string why, string? accepted) => new()
    {
        Source = "git",
        From = options.ToString(),
        Standing = standing,
        At = clock.GetUtcNow(),
        Commit = origin.Commit,
        Author = origin.Author,
        Message = origin.Message,
        Accepted = accepted,
        Errors = [new ResourceError(options.Repository, 0, 0, "", "", why)],
        ErrorCount = 1,
    };

    private long Asked(MirroredState state) => (state.Find(keys.Nudge)?.ModRevision ?? 0) + (state.Find(keys.SourceApproval)?.ModRevision ?? 0);

    private async Task WaitAsync(long asked, long started, CancellationToken cancel)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var poll = Task.Delay(options.Poll, clock, until.Token);
        for (var state = mirror.Current; Asked(state) == asked && !poll.IsCompleted && !cancel.IsCancellationRequested;)
        {
            var changed = mirror.ChangedAsync(state, until.Token);
            await Task.WhenAny(poll, changed);
            state = changed.IsCompletedSuccessfully ? await changed : mirror.Current;
        }

        await until.CancelAsync();
        if (LookEveryMin - clock.GetElapsedTime(started) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "commit {Commit} is taken: {Subject}", EventName = "commit taken")]
    private partial void Taking(string commit, string subject);

    [LoggerMessage(2, LogLevel.Warning, "the repository was not read: {Why}", EventName = "source unreachable")]
    private partial void NotRead(string why);

    [LoggerMessage(3, LogLevel.Warning, "commit {Commit} does not build on {Accepted} and waits for an admin", EventName = "source rewritten")]
    private partial void NotForward(string commit, string accepted);
}
