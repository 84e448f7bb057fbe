// The framework's own Route is never meant here.
global using Route = GlobalGateway.Contracts.Resources.Route;
