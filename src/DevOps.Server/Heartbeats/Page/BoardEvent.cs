namespace DevOps.Server.Heartbeats.Page;

/// <summary>Something that all browsers are told, written once for all of them.</summary>
/// <param name="Number">Its number, from 1 on, without gaps.</param>
/// <param name="Name">What kind it is, such as <c>beats</c>.</param>
/// <param name="Data">Its JSON, which nobody changes.</param>
internal sealed record BoardEvent(long Number, string Name, byte[] Data);
