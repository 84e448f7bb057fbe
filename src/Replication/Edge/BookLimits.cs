namespace GlobalGateway.Replication.Edge;

/// <summary>Sizes of what a book keeps and writes.</summary>
public static class BookLimits
{
    /// <summary>Letters of each label of a usage event; longer ones are cut.</summary>
    public const int LabelLettersMax = 128;

    /// <summary>Parts of one reservation: its budgets times their epochs, top-ups included.</summary>
    public const int PartsMax = 64;

    /// <summary>Epochs of one account with rights or reports outstanding; more are not leased.</summary>
    public const int EpochsMax = 64;

    /// <summary>Accounts one edge keeps.</summary>
    public const int AccountsMax = 1_000_000;
}
