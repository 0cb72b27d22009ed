package itrust;

import java.util.List;

/**
 * Everything that the page shows.
 *
 * @param patients the newest patients
 * @param total how many there are in all
 * @param form what was typed, empty on a first visit
 * @param version the application's version
 * @param host the host that answers
 */
public record PatientView(List<Patient> patients, long total, PatientForm form, String version, String host) {
    /** Whether older patients are not shown. */
    public boolean isCut() {
        return total > patients.size();
    }
}
