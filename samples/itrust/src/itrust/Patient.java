package itrust;

import java.time.LocalDate;

/** A patient as the list shows one. */
public record Patient(long id, String name, LocalDate bornOn, String email) {
}
