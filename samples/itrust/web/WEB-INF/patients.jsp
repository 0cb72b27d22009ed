<%@ page contentType="text/html; charset=UTF-8" pageEncoding="UTF-8" session="false" trimDirectiveWhitespaces="true" %>
<%@ taglib prefix="h" uri="/WEB-INF/html.tld" %>
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>iTrust: patients</title>
  <link rel="icon" href="icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <header>
    <div class="wide">
      <h1><img src="icon.svg" alt="" width="32" height="32"> iTrust</h1>
      <p>Patient records</p>
    </div>
  </header>
  <main class="wide">
    <section aria-labelledby="new-patient">
      <h2 id="new-patient">New patient</h2>
      <form method="post" action="patients" novalidate>
        <div class="field">
          <label for="name">Full name</label>
          <input id="name" name="name" type="text" maxlength="100" autocomplete="off" required
                 value="${h:text(view.form().name())}"
                 <h:when test="${not empty view.form().error('name')}">aria-invalid="true" aria-describedby="name-error"</h:when>>
          <h:when test="${not empty view.form().error('name')}"><p class="error" id="name-error">${h:text(view.form().error('name'))}</p></h:when>
        </div>
        <div class="field">
          <label for="birth">Date of birth</label>
          <input id="birth" name="birth" type="date" min="1890-01-01" required
                 value="${h:text(view.form().birth())}"
                 <h:when test="${not empty view.form().error('birth')}">aria-invalid="true" aria-describedby="birth-error"</h:when>>
          <h:when test="${not empty view.form().error('birth')}"><p class="error" id="birth-error">${h:text(view.form().error('birth'))}</p></h:when>
        </div>
        <div class="field">
          <label for="email">E-mail <span class="hint">(optional)</span></label>
          <input id="email" name="email" type="email" maxlength="254" autocomplete="off"
                 value="${h:text(view.form().email())}"
                 <h:when test="${not empty view.form().error('email')}">aria-invalid="true" aria-describedby="email-error"</h:when>>
          <h:when test="${not empty view.form().error('email')}"><p class="error" id="email-error">${h:text(view.form().error('email'))}</p></h:when>
        </div>
        <button type="submit">Add patient</button>
      </form>
    </section>
    <section aria-labelledby="patients">
      <h2 id="patients">Patients <span class="count">${view.total()}</span></h2>
      <h:when test="${view.total() == 0}"><p class="empty">There are no patients yet.</p></h:when>
      <h:when test="${view.total() > 0}">
        <div class="scroll" tabindex="0" role="region" aria-labelledby="patients">
          <table>
            <thead>
              <tr><th scope="col">No.</th><th scope="col">Name</th><th scope="col">Born</th><th scope="col">E-mail</th></tr>
            </thead>
            <tbody>
              <h:each items="${view.patients()}" var="patient">
              <tr>
                <td class="number">${patient.id()}</td>
                <td>${h:text(patient.name())}</td>
                <td class="date">${h:text(patient.bornOn())}</td>
                <td>${h:text(patient.email())}</td>
              </tr>
              </h:each>
            </tbody>
          </table>
        </div>
        <h:when test="${view.isCut()}"><p class="hint">The newest ${view.patients().size()} are shown.</p></h:when>
      </h:when>
    </section>
  </main>
  <footer class="wide">iTrust <strong>${h:text(view.version())}</strong> served by <strong>${h:text(view.host())}</strong></footer>
</body>
</html>
