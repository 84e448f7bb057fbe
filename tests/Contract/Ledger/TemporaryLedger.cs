namespace GlobalGateway.Contract.Ledger;

/// <summary>A folder for one test's ledger.</summary>
public sealed class TemporaryLedger : IDisposable
{
    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"gg-ledger-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
