using System.Runtime.CompilerServices;

namespace GlobalGateway.Config;

/// <summary>How the processes of these tests' fleets run.</summary>
internal static class FleetRuntime
{
    /// <summary>
    /// Most of them live for seconds: what the compiler counts meanwhile, to compile better later, would cost a third of these tests' time on the processor.
    /// </summary>
    [ModuleInitializer]
    internal static void Initialize() => Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
}
