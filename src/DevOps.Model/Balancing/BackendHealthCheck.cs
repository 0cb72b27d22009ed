namespace DevOps.Model;

/// <summary>How a backend is checked.</summary>
/// <param name="Path">The path that is asked for.</param>
/// <param name="Interval">The time between two checks.</param>
/// <param name="Timeout">How long an answer may take.</param>
/// <param name="Fall">How many failures in a row take the backend out.</param>
/// <param name="Rise">How many good answers in a row bring it back.</param>
public sealed record BackendHealthCheck(string Path, TimeSpan Interval, TimeSpan Timeout, int Fall, int Rise);
