namespace GlobalGateway.ControlPlane.Store;

/// <summary>The store cannot be used; the message says why and what to do.</summary>
public class StoreException(string message) : Exception(message);

/// <summary>The store gave no answer; a write may or may not have been applied.</summary>
public sealed class StoreUnavailableException(string message) : StoreException(message);
