namespace GlobalGateway.Replication.Embedded;

/// <summary>The folder is not one that this store may use; nothing changes that but the installation.</summary>
public sealed class LedgerFolderException(string message) : Exception(message);
