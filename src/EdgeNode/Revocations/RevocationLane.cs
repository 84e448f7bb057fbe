using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Health;

namespace GlobalGateway.EdgeNode.Revocations;

/// <summary>
/// Takes signed revocation lists into force and keeps the newest on disk, apart from all bundles.
/// Invariants: the sequence never falls, across restarts too; what is in force was signed by a trusted key.
/// </summary>
public sealed partial class RevocationLane(BundleDisk disk, BundleTrust trust, RevokedKeys revoked, ILogger<RevocationLane> log) : IDependencyReport
{
    private readonly Lock _gate = new();
    private volatile SignedDocument? _held;
    private volatile string? _problem;

    public string Name => "revocations";

    public string? WhyDegraded => _problem;

    /// <summary>The list in force; absent when there is none.</summary>
    public SignedDocument? Held => _held;

    /// <summary>Of the list in force; 0 for none.</summary>
    public long Sequence => _held?.Sequence ?? 0;

    /// <summary>Puts what is on disk in force.</summary>
    public void StartFromDisk()
    {
        if (disk.Revocations(out var damaged) is { } document)
        {
            if (Take(document, keep: false) is { } problem)
            {
                NotFromDisk(problem);
                _problem = $"the list on disk is not in force: {problem}";
            }
        }
        else if (damaged)
        {
            NotFromDisk("the file is damaged");
            _problem = "the list on disk is damaged; the next control plane or neighbour that is reached has it";
        }
    }

    /// <returns>Why the list is not in force or not on disk; absent when it is both.</returns>
    public string? Take(SignedDocument document) => Take(document, keep: true);

    private string? Take(SignedDocument document, bool keep)
    {
        lock (_gate)
        {
            try
            {
                if (trust.WhyNot(document, SignedType.Revocations) is { } why)
                {
                    return $"the list cannot be trusted: {why}";
                }

                if (_held is { } held)
                {
                    if (document.Sequence < held.Sequence || (document.Sequence == held.Sequence && !document.Payload.AsSpan().SequenceEqual(held.Payload)))
                    {
                        return $"its sequence {document.Sequence} is not above {held.Sequence}, which is in force here";
                    }
                }

                var list = BundleReader.Revocations(document);
                revoked.Replace(list);
                _held = document;
                _problem = null;

                // In force first: a full disk must not keep a revoked key alive.
                if (keep)
                {
                    disk.WriteRevocations(document);
                    InForce(document.Sequence, list.Keys.Count);
                }

                return null;
            }
            catch (BundleException problem)
            {
                return problem.Message;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                _problem = $"the list is in force but not on disk ({problem.GetType().Name}): a restart would lose it until a control plane is reached";
                return _problem;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "revocation list {Sequence} is in force: {Keys} keys", EventName = "revocations in force")]
    private partial void InForce(long sequence, int keys);

    [LoggerMessage(2, LogLevel.Error, "the revocation list on disk is not in force: {Why}", EventName = "revocations not from disk")]
    private partial void NotFromDisk(string why);
}
