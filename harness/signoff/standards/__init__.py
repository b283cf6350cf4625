"""The pack in the forms of other tools: JUnit XML, Cucumber Messages, Allure results, and Markdown for a page of a CI job."""
