namespace GlobalGateway.Replication.Journal;

/// <summary>The journal's folder cannot be used; the message says why and what to do.</summary>
public class JournalOpenException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>Another process holds the journal.</summary>
public sealed class JournalLockedException(string message, Exception? inner = null) : JournalOpenException(message, inner);
