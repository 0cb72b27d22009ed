package itrust;

import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

/** What somebody typed about a new patient, and what is wrong with it. */
public final class PatientForm {
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_EMAIL = 254;
    private static final LocalDate EARLIEST_BIRTH = LocalDate.of(1890, 1, 1);

    private final String name;
    private final String birth;
    private final String email;
    private final Map<String, String> errors = new LinkedHashMap<>();
    private LocalDate bornOn;

    private PatientForm(String name, String birth, String email) {
        this.name = name;
        this.birth = birth;
        this.email = email;
    }

    static PatientForm empty() {
        return new PatientForm("", "", "");
    }

    static PatientForm of(HttpServletRequest request) {
        PatientForm form = new PatientForm(
                field(request, "name"), field(request, "birth"), field(request, "email"));
        form.check(LocalDate.now());
        return form;
    }

    private static String field(HttpServletRequest request, String name) {
        String value = request.getParameter(name);
        return value == null ? "" : value.strip();
    }

    private void check(LocalDate today) {
        if (name.isEmpty()) {
            errors.put("name", "Enter the patient's name.");
        } else if (name.codePointCount(0, name.length()) > LONGEST_NAME) {
            errors.put("name", "A name has at most " + LONGEST_NAME + " characters.");
        } else if (name.codePoints().anyMatch(Character::isISOControl)) {
            errors.put("name", "A name is one line of text.");
        }
        try {
            bornOn = LocalDate.parse(birth);
            if (bornOn.isAfter(today)) {
                errors.put("birth", "The date of birth lies in the future.");
            } else if (bornOn.isBefore(EARLIEST_BIRTH)) {
                errors.put("birth", "The date of birth lies too far back.");
            }
        } catch (DateTimeException exception) {
            errors.put("birth", "Enter the date of birth as year-month-day, such as 1984-05-23.");
        }
        if (email.length() > LONGEST_EMAIL) {
            errors.put("email", "An e-mail address has at most " + LONGEST_EMAIL + " characters.");
        } else if (!email.isEmpty() && !email.matches("[^@\\s]+@[^@\\s]+")) {
            errors.put("email", "Enter an address such as name@example.org, or leave it empty.");
        }
    }

    public String name() {
        return name;
    }

    public String birth() {
        return birth;
    }

    public String email() {
        return email;
    }

    /** What is wrong with a field, or nothing. */
    public String error(String field) {
        return errors.get(field);
    }

    public boolean hasErrors() {
        return !errors.isEmpty();
    }

    LocalDate bornOn() {
        return bornOn;
    }

    String emailOrNull() {
        return email.isEmpty() ? null : email;
    }
}
