namespace DevOps.Core.Alerts;

/// <summary>What the files of alerts are called below the state folder.</summary>
internal static class AlertFiles
{
    /// <summary>The folder of all of them.</summary>
    public const string Folder = "alerts";

    /// <summary>A file for each destination.</summary>
    public const string Destinations = "destinations";

    /// <summary>A folder for each destination, with a file for each alert that it has not taken yet.</summary>
    public const string Spool = "spool";

    /// <summary>A folder for each destination, with a mark for each incident whose alert was sent and whose recovery was not.</summary>
    public const string Incidents = "incidents";

    /// <summary>What became of deliveries, a line for each.</summary>
    public const string Deliveries = "deliveries.jsonl";

    /// <summary>Held by whoever writes to the deliveries.</summary>
    public const string DeliveriesLock = "deliveries.lock";
}
