namespace GlobalGateway.EdgeNode.Admission;

public static class AdmissionExtensions
{
    public static IServiceCollection AddAdmission(this IServiceCollection services) =>
        services.AddSingleton<AdmissionGate>();
}
